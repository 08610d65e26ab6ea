import { runApp } from '@bff/config';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.service.js';

await runApp(catalogConfig, startCatalog);

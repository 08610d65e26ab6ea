import { runApp } from '@bff/config';
import { catalogConfig } from './catalog.config.js';
import { startCatalog } from './catalog.app.js';

await runApp(catalogConfig, startCatalog);

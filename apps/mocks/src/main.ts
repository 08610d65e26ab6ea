import { runApp } from '@bff/config';
import { startMocks } from './mocks.app.js';
import { mocksConfig } from './mocks.config.js';

await runApp(mocksConfig, startMocks);

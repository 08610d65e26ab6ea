import { runApp } from '@bff/config';
import { startOrchestrator } from './orchestrator.app.js';
import { orchestratorConfig } from './orchestrator.config.js';

await runApp(orchestratorConfig, startOrchestrator);

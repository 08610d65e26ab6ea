import { writeFile } from 'node:fs/promises';
import { printSchemaText } from './schema-text.js';

/** `npm run generate:schema`: writes the committed schema. Run it in the root of the project. */
await writeFile('apps/bff/schema.graphql', await printSchemaText());

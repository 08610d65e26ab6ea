import { writeFile } from 'node:fs/promises';
import { printSchemaText } from './schema-text.js';

/** `npm run generate:schema`: writes the committed schema anew. Run from the project's root. */
await writeFile('apps/bff/schema.graphql', await printSchemaText());

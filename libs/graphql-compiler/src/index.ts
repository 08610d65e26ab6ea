export { compileOperation } from './compile-operation.js';
export { NotCompilable } from './compiled-operation.js';
export type { CompiledOperation, CompilerOptions, OperationResult } from './compiled-operation.js';
export type { ListSize } from './list-size.js';
export { printCompiledQuery } from './print-compiled-query.js';
export { QueryTooLarge, ResponseSize } from './response-size.js';

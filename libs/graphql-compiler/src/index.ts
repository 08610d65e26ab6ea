export { compileOperation } from './compile-operation.js';
export { NotCompilable } from './executable-operation.js';
export type { ExecutableOperation, CompilerOptions, OperationResult } from './executable-operation.js';
export type { ListSize } from './list-size.js';
export { printCompiledQuery } from './print-compiled-query.js';
export { QueryTooLarge, ResponseSize } from './response-size.js';

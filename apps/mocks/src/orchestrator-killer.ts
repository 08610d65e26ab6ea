import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The part of stack.json that names the process of the orchestrator. */
const stackFile = z.object({ running: z.object({ orchestrator: z.object({ pid: z.int().positive() }).optional() }) });

/** Creates a function that kills the orchestrator of a stack (kill -9). The stack restarts it. */
export function createOrchestratorKiller(file: string): () => Promise<void> {
  return async () => {
    const { running } = stackFile.parse(JSON.parse(await readFile(file, 'utf8')));
    if (!running.orchestrator) return;
    try {
      process.kill(running.orchestrator.pid, 'SIGKILL');
    } catch (error) {
      // The process has ended already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
}

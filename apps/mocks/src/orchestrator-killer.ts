import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The part of a stack's own record that says which process is its orchestrator. */
const stackFile = z.object({ running: z.object({ orchestrator: z.object({ pid: z.int().positive() }).optional() }) });

/** What kills the orchestrator of a stack (kill -9). The stack starts it again. */
export function createOrchestratorKiller(file: string): () => Promise<void> {
  return async () => {
    const { running } = stackFile.parse(JSON.parse(await readFile(file, 'utf8')));
    if (!running.orchestrator) return;
    try {
      process.kill(running.orchestrator.pid, 'SIGKILL');
    } catch (error) {
      // It died by itself in this very moment, which is as good.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
}

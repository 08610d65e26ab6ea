import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { SagaWorker } from './saga-worker.js';

@Controller('health')
export class HealthController {
  constructor(private readonly worker: SagaWorker) {}

  @Get('live')
  live(): object {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(): Promise<object> {
    try {
      await this.worker.probe();
    } catch (error) {
      throw new ServiceUnavailableException(String(error), { cause: error });
    }
    return { status: 'ready' };
  }
}

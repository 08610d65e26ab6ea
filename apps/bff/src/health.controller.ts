import { Controller, Get } from '@nestjs/common';

/** The BFF is ready whether its downstreams are or not: pages degrade, and say so themselves. */
@Controller('health')
export class HealthController {
  @Get('live')
  live(): object {
    return { status: 'live' };
  }

  @Get('ready')
  ready(): object {
    return { status: 'ready' };
  }
}

import { Controller, Get } from '@nestjs/common';

/** Ready is not "every downstream is well": pages degrade, and that is for them to say. */
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

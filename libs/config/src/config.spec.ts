import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, readConfig } from './config.js';

const schema = z.object({ PAGE_SIZE: z.coerce.number({ error: 'a number is expected' }).default(10) });

describe('a variable with the name of an older release', () => {
  it.each([
    ['PATIENCE_PERCENT', '50', 'STEP_RETRY_TIMEOUT_PERCENT=50'],
    ['COMPILE_AFTER', '0', 'COMPILE_AFTER_EXECUTIONS=0'],
    ['UNKNOWN_DOCUMENTS', 'accepted', 'ALLOW_UNTRUSTED_DOCUMENTS=true'],
    ['UNKNOWN_DOCUMENTS', 'refused', 'ALLOW_UNTRUSTED_DOCUMENTS=false'],
    ['MAX_ANSWER_FIELDS', '500', 'MAX_RESPONSE_FIELDS=500'],
  ])('%s=%s is refused in one line that names its replacement', (name, value, replacement) => {
    expect(() => readConfig(schema, { [name]: value })).toThrow(
      new ConfigError(`${name} has been renamed: set ${replacement} instead`),
    );
  });

  it('is ignored when it is empty', () => {
    expect(readConfig(schema, { COMPILE_AFTER: '' })).toEqual({ PAGE_SIZE: 10 });
  });
});

it('names every wrong variable, with what is expected', () => {
  expect(() => readConfig(schema, { PAGE_SIZE: 'large' })).toThrow(
    new ConfigError('PAGE_SIZE="large" is wrong: a number is expected'),
  );
});

import { describe, expect, it } from '@jest/globals';
import type { Row } from './contest.js';
import { readCpuMs, readCpuMsOfTree } from './process-tree.js';
import { findMistakes, formatTable } from './report.js';

const createRow = (what: Partial<Row>): Row => ({
  name: 'a gateway',
  perSecond: [10],
  cpuUs: [100],
  p99: [5],
  readyMs: [300],
  downstreamShare: 0.1,
  wrong: 0,
  calls: 30,
  mustCall: 3,
  answered: 10,
  memoryMb: 100,
  ...what,
});
const report = (...rows: Row[]) => ({ title: 'The page', text: '', rows });

describe('the report of a contest', () => {
  it('has no mistake when every answer is right and took its calls', () => {
    expect(findMistakes(report(createRow({})))).toEqual([]);
    expect(formatTable(report(createRow({})))).toContain('10 answers were measured and checked.');
  });

  it.each([
    ['no gateway was measured', []],
    ['a gateway answered nothing', [createRow({ answered: 0, calls: 0 })]],
    ['1 answers of a gateway are wrong', [createRow({ wrong: 1 })]],
    ['a gateway made 20 downstream calls for 10 answers', [createRow({ calls: 20 })]],
  ])('has a mistake when %s', (mistake, rows) => {
    expect(findMistakes(report(...rows))).toEqual([expect.stringContaining(`The page: ${mistake}`)]);
  });

  it.each([
    ['no round was measured', createRow({ perSecond: [] })],
    ['its CPU could not be read', createRow({ cpuUs: [NaN] })],
    ['its memory could not be read', createRow({ memoryMb: NaN })],
    ['the CPU of the downstreams could not be read', createRow({ downstreamShare: NaN })],
    ['nothing was answered', createRow({ answered: 0, calls: 0 })],
  ])('shows no table when %s', (_, one) => {
    expect(() => formatTable(report(one))).toThrow('measured');
  });

  it.each([readCpuMs, readCpuMsOfTree])('reads the CPU of no process that has ended: %p', (read) => {
    expect(() => read(NaN)).toThrow('No process NaN is there whose CPU could be read');
    expect(read(process.pid)).toBeGreaterThan(0);
  });
});

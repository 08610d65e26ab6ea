interface Part {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
  readonly extensions?: unknown;
  readonly path?: unknown;
  readonly incremental?: readonly Part[];
}

/** An answer without what is chance: the order of errors, which of several parts came first, and how soon asking again may help. */
export async function comparable(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type');
  const text = (await response.text()).replaceAll(/"retryAfterMs":\d+/g, '"retryAfterMs":0').trimEnd();
  const { status } = response;
  if (type?.startsWith('multipart/') !== true) return { status, type, ...sorted(parsed(text)) };
  const parts = text
    .split(/\r\n---(?:--)?(?:\r\n)?/)
    .map((part) => part.slice(part.indexOf('\r\n\r\n')).trim())
    .filter((part) => part !== '')
    .map(parsed);
  const later = parts.flatMap(({ incremental = [] }) => incremental.map((one) => JSON.stringify(sorted(one))));
  return { status, type, ...sorted(parts[0] ?? {}), later: later.sort() };
}

function parsed(text: string): Part {
  return JSON.parse(text) as Part;
}

/** The data as text: the order of its keys counts. */
function sorted({ data, errors, extensions, path }: Part): object {
  return {
    path,
    data: JSON.stringify(data),
    errors: errors?.map((error) => JSON.stringify(error)).sort(),
    extensions,
  };
}

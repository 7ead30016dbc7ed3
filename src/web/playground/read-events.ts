const LINE_END = /\r\n|\n|\r/;

/**
 * The data of each server-sent event of a reply, in order (WHATWG HTML, section 9.2). Characters and lines may be cut
 * anywhere. Rejects when the connection breaks or the call is aborted.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  const finish = () => {
    const event = data.join('\n');
    data = [];
    return event;
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A carriage return at the very end may be the first half of a line end.
      const held = !done && rest.endsWith('\r') ? '\r' : '';
      const lines = rest.slice(0, rest.length - held.length).split(LINE_END);
      rest = (done ? '' : (lines.pop() ?? '')) + held;
      for (const line of lines) {
        if (line === '' && data.length > 0) yield finish();
        else if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      }
      if (done) break;
    }
    if (data.length > 0) yield finish();
  } finally {
    reader.releaseLock();
  }
}

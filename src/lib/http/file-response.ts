import "server-only";

/**
 * An answer that a browser saves as a file, sent while it is made. The first piece is made before, so that a
 * failure then is answered as one; a later one breaks the transfer off, and a browser that goes away ends it.
 */
export async function fileResponse(
  pieces: AsyncGenerator<string>,
  { name, type }: { name: string; type: string },
): Promise<Response> {
  const first = await pieces.next();
  const encoder = new TextEncoder();
  let waiting: IteratorResult<string> | null = first;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = waiting ?? (await pieces.next());
      waiting = null;
      if (piece.done) controller.close();
      else controller.enqueue(encoder.encode(piece.value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}

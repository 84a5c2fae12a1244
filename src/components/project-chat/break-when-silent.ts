/**
 * The server breaks a silence every 15 seconds (domain/runs/answer-reader.ts). After three of them the
 * connection is gone, although nothing said so: the computer slept, or the network changed.
 */
const SILENT_FOR_MS = 45_000;

/** Fails a stream on which nothing has come for too long. */
export function breakWhenSilent(silentForMs = SILENT_FOR_MS): TransformStream<Uint8Array, Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = (controller: TransformStreamDefaultController<Uint8Array>) => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.error(new Error("The stream fell silent.")), silentForMs);
  };
  // `cancel` is in the standard (Streams, 6.2.2), and not yet in the types.
  const transformer: Transformer<Uint8Array, Uint8Array> & { cancel(): void } = {
    start: watch,
    transform(chunk, controller) {
      watch(controller);
      controller.enqueue(chunk);
    },
    flush: () => clearTimeout(timer),
    cancel: () => clearTimeout(timer),
  };
  return new TransformStream(transformer);
}

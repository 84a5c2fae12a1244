/** The deadline passed before the work was done. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/**
 * Runs work under a deadline that also covers what cannot be aborted (a look-up of credentials, a driver's
 * call).
 *
 * @param work gets a signal that is aborted at the deadline; what it returns later is dropped
 * @throws DeadlinePassed
 */
export async function beforeDeadline<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlinePassed());
      abort.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";

type Part = LanguageModelV4StreamPart;
type Pass = (part: Part) => void;

/** A step on the way of an answer's parts from its provider's client to whoever asked. */
export interface PartStep {
  /** @param pass for each part that takes the place of this one */
  accept(part: Part, pass: Pass): void;
  /** The answer has ended. @param pass what it lacks */
  end?(pass: Pass): void;
}

/** The steps before, of a stream that has some. */
const stepsOf = new WeakMap<ReadableStream<Part>, { source: ReadableStream<Part>; steps: PartStep[] }>();

type WrapStream = NonNullable<LanguageModelMiddleware["wrapStream"]>;
type StreamedAnswer = Awaited<ReturnType<WrapStream>>;

/**
 * An answer with one more step on the way of its parts. Several steps are one stream: each stream on the way
 * costs more for a part than all that the steps do with it.
 */
export function withStep(answer: StreamedAnswer, step: PartStep): StreamedAnswer {
  // The AI SDK's own type has one more finish reason (see with-middleware.ts).
  const stream = answer.stream as ReadableStream<Part>;
  const before = stepsOf.get(stream);
  const source = before?.source ?? stream;
  const steps = [...(before?.steps ?? []), step];
  const stepped = streamThrough(source, steps);
  stepsOf.set(stepped, { source, steps });
  return { ...answer, stream: stepped };
}

/** Touches its source when it is read or cancelled, and not before: a further step may take its place. */
function streamThrough(source: ReadableStream<Part>, steps: readonly PartStep[]): ReadableStream<Part> {
  let reader: ReadableStreamDefaultReader<Part> | undefined;
  let passed = 0;
  const into: Pass[] = [];
  return new ReadableStream<Part>(
    {
      start(controller) {
        into[steps.length] = (part) => {
          passed += 1;
          controller.enqueue(part);
        };
        for (const [index, step] of steps.entries()) {
          into[index] = (part) => step.accept(part, into[index + 1] as Pass);
        }
      },
      async pull(controller) {
        reader ??= source.getReader();
        passed = 0;
        for (;;) {
          // oxlint-disable-next-line no-await-in-loop -- a stream
          const { done, value } = await reader.read();
          if (done) {
            for (const [index, step] of steps.entries()) step.end?.(into[index + 1] as Pass);
            controller.close();
            return;
          }
          try {
            into[0]?.(value);
          } catch (error) {
            // An error ends this stream without its source, which would go on.
            void reader.cancel(error).catch(() => undefined);
            throw error;
          }
          if (passed > 0) return;
        }
      },
      cancel: (reason) => (reader ?? source).cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

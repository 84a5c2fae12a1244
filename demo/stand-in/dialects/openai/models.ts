/**
 * The models the stand-in lists, unordered, as the provider does. It includes models that cannot chat, not
 * marked as such.
 */
const listed: readonly [id: string, created: number][] = [
  ["gpt-4o-mini", 1_721_172_741],
  ["gpt-5", 1_754_425_777],
  ["text-embedding-3-small", 1_705_948_997],
  ["gpt-5-mini", 1_754_425_928],
  ["gpt-5-nano", 1_754_426_384],
  ["whisper-1", 1_677_532_384],
  ["gpt-4.1", 1_744_316_542],
  ["gpt-4.1-mini", 1_744_318_173],
  ["gpt-4o", 1_715_367_049],
  ["gpt-5-mini-2025-08-07", 1_754_425_867],
  ["gpt-5.4", 1_772_654_062],
  ["gpt-5.4-mini", 1_773_451_109],
  ["gpt-5.5", 1_776_902_120],
  ["gpt-4o-mini-tts", 1_742_403_959],
  ["gpt-4o-realtime-preview", 1_727_659_998],
  ["gpt-image-1", 1_745_517_030],
  ["omni-moderation-latest", 1_731_689_265],
  ["o4-mini", 1_744_225_351],
];

const notForChat = /embedding|whisper|tts|realtime|image|moderation/;

export function isKnownModel(id: string): boolean {
  return listed.some(([known]) => known === id) && !notForChat.test(id);
}

/** Body of `GET /v1/models`. */
export function modelListing() {
  return {
    object: "list",
    data: listed.map(([id, created]) => ({ id, object: "model", created, owned_by: "system" })),
  };
}

/**
 * Error messages saying that a conversation exceeds the model's context. Checked only for 400, 413, 422, 5xx
 * and streams.
 */
const TOO_LONG = new RegExp(
  [
    "context_(length|window)_exceeded|string_above_max_length|request_too_large|exceed_context_size",
    "context (length|size|window|limit)|context.{0,20}overflow",
    "(prompt|input|conversation|request|messages?) (is|are|was) too (long|large)",
    "too many (input |prompt )?tokens",
    "(max(imum)?|model'?s?) (context|input|prompt|sequence|token) (length|limit|size|tokens)",
    "exceeds? (the )?(available )?(model'?s? )?(maximum )?(context|number of tokens|token limit|input length)",
    "exceeded model token limit|max_seq_len|max_model_len",
    "range of input length should be|input length.{0,40}(exceed|too long|must be|greater)",
    "tokens?\\b.{0,60}(exceeds?|greater than|more than|larger than) .{0,30}(max|limit|allowed|supported)",
    "(reduce|shorten) (the length of )?(the|your) (messages|prompt|input|conversation)",
    "(上下文|输入|提示|prompt|消息|tokens?).{0,16}(超长|过长|太长|超出|超过|超限)|超(出|过).{0,12}(上下文|最大.{0,6}长度)",
  ].join("|"),
  "i",
);

export function saysContextTooLong(text: string): boolean {
  return TOO_LONG.test(text);
}

/** Who acts. Every product operation takes one, so that authorisation cannot be forgotten by a caller. */
export interface Actor {
  readonly userId: string;
}

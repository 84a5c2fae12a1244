import { z } from "zod";
import { DISPLAY_NAME_MAX_LENGTH } from "./limits";
import { isVisible } from "./visible-text";

/**
 * Profile fields a person may set, at sign-up and later. The account library checks the other fields of its
 * endpoints.
 */
export const profileSchema = z.looseObject(
  {
    name: z
      .string({ error: "Enter your name as text." })
      .refine((name) => name.trim() !== "", "Enter the name you want to be shown with.")
      .max(DISPLAY_NAME_MAX_LENGTH, `A name has at most ${DISPLAY_NAME_MAX_LENGTH} characters.`)
      .refine(isVisible, "A name cannot contain control characters or others that cannot be seen.")
      .optional(),
    image: z
      .httpUrl("A picture is an http or https address.")
      .max(2048, "The picture's address is too long.")
      .nullish(),
  },
  { error: "Send the profile as an object." },
);

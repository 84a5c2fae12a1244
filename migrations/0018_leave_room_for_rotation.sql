-- A rotation writes every sealed value anew. With room on its page the new version stays there and no index is written
-- (heap-only tuples), so the indexes do not grow. Pages that are there get their room as they are rewritten.
ALTER TABLE "user_ai_api_keys" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "project_secrets" SET (fillfactor = 70);
--> statement-breakpoint
-- Few keys have a former secret, and the others need not be in its index.
DROP INDEX "user_ai_api_keys_previous_of_idx";
--> statement-breakpoint
CREATE UNIQUE INDEX "user_ai_api_keys_previous_of_idx" ON "user_ai_api_keys" USING btree ("previous_of") WHERE previous_of is not null;
--> statement-breakpoint
-- The index on ("user_id","seal_purpose") finds the keys of a person as well.
DROP INDEX "user_ai_api_keys_user_id_idx";

-- Until when a key may be used, since when its secret exists, when it is to be replaced, and what happens when it is used in an
-- unusual way. A server of before knows nothing of these columns: it opens a key that is over or paused until it is gone.
ALTER TABLE "user_ai_api_keys" ADD COLUMN "expires_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "made_on" date;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "rotate_after_days" integer;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "paused_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "pause" jsonb;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "tripwire" text DEFAULT 'tell' NOT NULL;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "watched_from" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "counted_from" timestamp with time zone;

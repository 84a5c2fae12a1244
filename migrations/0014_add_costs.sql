-- What an answer cost, in millionths of a US dollar, and how fast it began.
ALTER TABLE "usage_events" ADD COLUMN "cache_write_tokens" integer;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "reasoning_tokens" integer;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "cost_micro_usd" bigint;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "cost_source" text;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "first_token_ms" integer;

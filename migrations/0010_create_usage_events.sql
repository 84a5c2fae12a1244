-- Which purse paid for which answer.
CREATE TABLE "usage_events" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "at" timestamp with time zone DEFAULT now() NOT NULL,
  "user_id" text NOT NULL,
  "project_id" uuid,
  "message_id" text,
  "key_provider" text NOT NULL,
  "provider" "ai_provider" NOT NULL,
  "model" text NOT NULL,
  "key_last4" text,
  "outcome" text NOT NULL,
  "error_code" text,
  "input_tokens" integer,
  "output_tokens" integer,
  "cached_input_tokens" integer,
  "duration_ms" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "usage_events" ADD CONSTRAINT "usage_events_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD CONSTRAINT "usage_events_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "usage_events_user_id_at_idx" ON "usage_events" USING btree ("user_id","at");

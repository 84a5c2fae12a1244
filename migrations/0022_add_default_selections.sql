-- The model and key a person's new tabs start with, if they chose one. It goes with its key.
CREATE TABLE "default_selections" (
  "user_id" text PRIMARY KEY NOT NULL,
  "payer" text NOT NULL,
  "provider" text NOT NULL,
  "model" text NOT NULL,
  "key_id" uuid,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "default_selections" ADD CONSTRAINT "default_selections_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "default_selections" ADD CONSTRAINT "default_selections_key_id_user_ai_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "user_ai_api_keys"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "default_selections_key_id_idx" ON "default_selections" USING btree ("key_id");

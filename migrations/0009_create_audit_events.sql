-- Who did what to which key. Ids only; rows outlive accounts, so there is no foreign key.
CREATE TABLE "audit_events" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "at" timestamp with time zone DEFAULT now() NOT NULL,
  "actor_id" text NOT NULL,
  "action" text NOT NULL,
  "object_id" text,
  "detail" jsonb
);
--> statement-breakpoint
CREATE INDEX "audit_events_actor_id_at_idx" ON "audit_events" USING btree ("actor_id","at");

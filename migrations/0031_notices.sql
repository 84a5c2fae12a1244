-- How notifications reach people: what each has read and wants to be told of, webhooks, and an outbox of deliveries.
-- A notification is turned into deliveries once, by whichever server comes first. Those of before are old news.
ALTER TABLE "notifications" ADD COLUMN "handed_out_at" timestamp with time zone;
--> statement-breakpoint
UPDATE "notifications" SET "handed_out_at" = now();
--> statement-breakpoint
CREATE INDEX "notifications_to_hand_out_idx" ON "notifications" USING btree ("created_at") WHERE handed_out_at is null;
--> statement-breakpoint
CREATE INDEX "notifications_created_at_idx" ON "notifications" USING btree ("created_at");
--> statement-breakpoint
-- By person: a notification of the installation is read by each operator.
CREATE TABLE "notification_reads" (
  "user_id" text NOT NULL,
  "notification_id" uuid NOT NULL,
  "read_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "notification_reads_user_id_notification_id_pk" PRIMARY KEY("user_id","notification_id")
);
--> statement-breakpoint
ALTER TABLE "notification_reads" ADD CONSTRAINT "notification_reads_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notification_reads" ADD CONSTRAINT "notification_reads_notification_id_notifications_id_fk" FOREIGN KEY ("notification_id") REFERENCES "notifications"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "notification_reads_notification_id_idx" ON "notification_reads" USING btree ("notification_id");
--> statement-breakpoint
-- What a person does not want: what has no row is on.
CREATE TABLE "notification_settings" (
  "user_id" text NOT NULL,
  "kind" text NOT NULL,
  "channel" text NOT NULL,
  "is_on" boolean NOT NULL,
  CONSTRAINT "notification_settings_user_id_kind_channel_pk" PRIMARY KEY("user_id","kind","channel")
);
--> statement-breakpoint
ALTER TABLE "notification_settings" ADD CONSTRAINT "notification_settings_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE TABLE "webhooks" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "address" text NOT NULL,
  "kinds" text[] DEFAULT '{}' NOT NULL,
  "secret" text NOT NULL,
  "seal_owner" text GENERATED ALWAYS AS ('webhooks:' || owner_kind || ':' || owner_id) STORED NOT NULL,
  "unreadable_since" timestamp with time zone,
  "disabled_at" timestamp with time zone,
  "disabled_because" text,
  "failing_since" timestamp with time zone,
  "last_outcome" text,
  "last_status" integer,
  "last_at" timestamp with time zone,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "webhooks_seal_owner_id_unique" UNIQUE("seal_owner","id")
);
--> statement-breakpoint
-- As for every sealed column (migration 0021).
ALTER TABLE "webhooks" ALTER COLUMN "secret" SET STATISTICS 0;
--> statement-breakpoint
CREATE TRIGGER "webhooks_freed" AFTER DELETE OR TRUNCATE OR UPDATE OF "secret" ON "webhooks"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
-- One delivery for each notification, channel and recipient. Webhooks are not referenced: whoever makes deliveries would lock
-- them after notifications, while an account that is deleted loses them before.
CREATE TABLE "notification_deliveries" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "notification_id" uuid NOT NULL,
  "channel" text NOT NULL,
  "recipient" text NOT NULL,
  "webhook_id" uuid,
  "state" text DEFAULT 'waiting' NOT NULL,
  "attempts" integer DEFAULT 0 NOT NULL,
  "next_at" timestamp with time zone DEFAULT now() NOT NULL,
  "last_outcome" text,
  "last_status" integer,
  "last_at" timestamp with time zone,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "notification_deliveries_once" UNIQUE("notification_id","channel","recipient")
);
--> statement-breakpoint
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_notification_id_notifications_id_fk" FOREIGN KEY ("notification_id") REFERENCES "notifications"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "notification_deliveries_due_idx" ON "notification_deliveries" USING btree ("next_at") WHERE state = 'waiting';
--> statement-breakpoint
CREATE INDEX "notification_deliveries_recipient_idx" ON "notification_deliveries" USING btree ("channel","recipient");
--> statement-breakpoint
CREATE INDEX "notification_deliveries_webhook_id_idx" ON "notification_deliveries" USING btree ("webhook_id");
--> statement-breakpoint
-- A person's webhooks go with the person, and the data key that sealed their secrets. In the order of locks: owner, data key,
-- sealed value; and before the row itself is gone, as destroy_data_keys_of_owner of migration 0011.
CREATE FUNCTION forget_webhooks_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH gone AS (
    UPDATE data_keys SET state = 'destroyed', wrapped = NULL, destroyed_at = now()
    WHERE owner_kind = 'system' AND owner_id = 'webhooks:person:' || OLD.id AND state <> 'destroyed'
    RETURNING id
  )
  INSERT INTO audit_events (actor_id, action, object_id, detail)
  SELECT 'system:owner-deleted', 'data_key.destroyed', id, jsonb_build_object('ownerKind', 'system') FROM gone;
  DELETE FROM webhooks WHERE owner_kind = 'person' AND owner_id = OLD.id;
  RETURN OLD;
END $$;
--> statement-breakpoint
-- What the installation's operators were sent names them until it is 90 days old; not those whose account is gone. After the
-- person's notifications (its name comes later), as whoever deletes old ones takes them.
CREATE FUNCTION forget_who_was_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM notification_deliveries WHERE channel = 'mail' AND recipient = OLD.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER forget_who_was_told AFTER DELETE ON "user" FOR EACH ROW EXECUTE FUNCTION forget_who_was_told();
--> statement-breakpoint
CREATE TRIGGER forget_webhooks_of_person BEFORE DELETE ON "user" FOR EACH ROW EXECUTE FUNCTION forget_webhooks_of_person();

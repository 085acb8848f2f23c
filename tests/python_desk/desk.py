"""A desk that shares nothing with Reglament but its messages: works for one office and answers each
task as the rules say for its step.

    desk.py --url amqp://USER:PASSWORD@HOST:PORT/VHOST --office ID --rules FILE --messages FOLDER
            [--until-answered N]

FILE holds a JSON object, step to {"outcome": CODE, "fields": {NAME: VALUE}}; a field that the task says is needed and the rule
does not name is filled in with the user. FOLDER holds messages_pb2.py, which protoc makes from messages.proto. Prints a JSON object for each thing that happened. Tasks are kept in memory: a desk
for people would write them to a disk before it acknowledges them.
"""

import argparse
import importlib
import json
import sys
import uuid

import pika

CONTENT_TYPE = "application/x-protobuf; proto=reglament.v1.Envelope"
REPLIES = "amq.rabbitmq.reply-to"


class Desk:
    def __init__(self, url, office, rules, messages, enough):
        parameters = pika.URLParameters(url)
        self.user = parameters.credentials.username
        self.office = office
        self.rules = rules
        self.messages = messages
        self.enough = enough
        self.accepted = 0
        self.newest = {}  # (case, task) -> the highest attempt seen
        self.sent = {}  # message_id -> the task that it answers
        self.connection = pika.BlockingConnection(parameters)
        self.channel = self.connection.channel()
        self.channel.basic_qos(prefetch_count=100)
        # Direct reply-to wants its consumer on the channel that publishes, and before it does.
        self.channel.basic_consume(REPLIES, self.take_verdict, auto_ack=True)
        self.channel.basic_consume("desk." + office, self.take)

    def run(self):
        say(event="ready", office=self.office)
        while self.enough is None or self.accepted < self.enough:
            self.connection.process_data_events(time_limit=None)
        self.connection.close()

    # Whatever lies in the office's queue.
    def take(self, channel, method, properties, body):
        envelope = self.read(body)
        kind = envelope.WhichOneof("kind") if envelope is not None else None
        if kind not in ("task", "revocation", "notice", "verdict"):
            say(event="refused", type=properties.type)
            channel.basic_nack(method.delivery_tag, requeue=False)
            return
        channel.basic_ack(method.delivery_tag)
        if kind == "task":
            self.take_task(envelope.task, properties)
        elif kind == "revocation":
            self.newest.pop((envelope.revocation.case_number, envelope.revocation.task), None)
            say(event="revoked", case=envelope.revocation.case_number)
        elif kind == "verdict":
            self.take_verdict(channel, method, properties, body)
        else:
            say(event="notice", kind=envelope.notice.kind, talon=envelope.notice.talon)

    def take_task(self, task, properties):
        key = (task.case_number, task.task)
        if self.newest.get(key, 0) >= task.attempt:
            say(event="repeated", talon=task.talon)
            return
        self.newest[key] = task.attempt
        rule = self.rules.get(task.step)
        if task.office != self.office or rule is None or rule["outcome"] not in task.outcomes:
            say(event="left", talon=task.talon, step=task.step, office=task.office)
            return
        self.answer(task, rule, properties)

    def answer(self, task, rule, asked):
        envelope = self.messages.Envelope(version=1)
        outcome = envelope.outcome
        outcome.message_id = str(uuid.uuid4())
        outcome.case_number = task.case_number
        outcome.task = task.task
        outcome.attempt = task.attempt
        outcome.office = self.office
        outcome.actor = "desk:" + self.office
        outcome.outcome = rule["outcome"]
        needs = next((needs for needs in task.needs if needs.outcome == outcome.outcome), None)
        fields = {name: self.user for name in needs.fields} if needs is not None else {}
        for name, value in (fields | rule.get("fields", {})).items():
            outcome.fields.add(name=name, value=value)
        self.sent[outcome.message_id] = task
        trace = (asked.headers or {}).get("traceparent")
        self.channel.basic_publish(
            "reglament.outcomes",
            str(task.reply_to),
            envelope.SerializeToString(),
            pika.BasicProperties(
                content_type=CONTENT_TYPE,
                type="outcome",
                message_id=outcome.message_id,
                correlation_id=task.talon,
                delivery_mode=2,
                user_id=self.user,
                reply_to=REPLIES,
                headers={"traceparent": trace} if trace else None,
            ),
            mandatory=True,
        )

    def take_verdict(self, channel, method, properties, body):
        envelope = self.read(body)
        if envelope is None or envelope.WhichOneof("kind") != "verdict":
            say(event="unreadable")
            return
        verdict = envelope.verdict
        task = self.sent.pop(verdict.message_id, None)
        talon = task.talon if task is not None else None
        if verdict.HasField("rejection"):
            rejection = verdict.rejection
            say(event="rejected", talon=talon, code=rejection.code, expected=rejection.expected,
                actual=rejection.actual)
            return
        self.accepted += 1
        say(event="accepted", talon=talon, step=task.step if task is not None else None)

    # Nothing where it is not a message of version 1.
    def read(self, body):
        envelope = self.messages.Envelope()
        try:
            envelope.ParseFromString(body)
        except Exception:  # its class has moved between versions of the library
            return None
        return envelope if envelope.version == 1 else None


def say(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--office", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--messages", required=True)
    parser.add_argument("--until-answered", type=int)
    options = parser.parse_args()
    sys.path.insert(0, options.messages)
    messages = importlib.import_module("messages_pb2")
    with open(options.rules, encoding="utf-8") as file:
        rules = json.load(file)
    Desk(options.url, options.office, rules, messages, options.until_answered).run()


if __name__ == "__main__":
    main()

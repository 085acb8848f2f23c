"""Plays the engine to desk.py, message by message, and says what is wrong with it. Ends with 0 when
all is well.

    desk_check.py URL OFFICE MESSAGES-FOLDER COMMAND...     COMMAND starts the desk

URL is of a user that may do everything in the virtual host.
"""

import importlib
import json
import subprocess
import sys
import time

import pika

PATIENCE_S = 60


class Engine:
    def __init__(self, url, office, messages):
        self.office = office
        self.messages = messages
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()

    def send(self, envelope, type_, headers=None):
        body = envelope if isinstance(envelope, bytes) else envelope.SerializeToString()
        properties = pika.BasicProperties(type=type_, delivery_mode=2, headers=headers)
        self.channel.basic_publish("reglament.tasks", self.office, body, properties, mandatory=True)

    def task(self, case_number, attempt=1, step="knb-review", outcomes=("agreed", "objected")):
        envelope = self.messages.Envelope(version=1)
        task = envelope.task
        task.case_number, task.task, task.attempt = case_number, 3, attempt
        task.talon = f"T-{case_number}"
        task.regulation, task.edition, task.step = "border-zone-permit", "2015-07-13", step
        task.office, task.offered_at, task.reply_to = self.office, 1, 1
        task.outcomes.extend(outcomes)
        return envelope

    def receive(self, queue):
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            method, properties, body = self.channel.basic_get(queue, auto_ack=True)
            if method is not None:
                return properties, body
            self.connection.sleep(0.02)
        raise AssertionError(f"expected a message in {queue}, found none")

    def outcome(self):
        properties, body = self.receive("partition.1")
        envelope = self.messages.Envelope()
        envelope.ParseFromString(body)
        assert envelope.version == 1 and envelope.WhichOneof("kind") == "outcome", envelope
        return properties, envelope.outcome

    def verdict(self, asked, outcome, rejection=None):
        envelope = self.messages.Envelope(version=1)
        envelope.verdict.message_id = outcome.message_id
        if rejection:
            envelope.verdict.rejection.code = rejection
        properties = pika.BasicProperties(type="verdict", correlation_id=asked.correlation_id)
        self.channel.basic_publish("", asked.reply_to, envelope.SerializeToString(), properties)


class Said:
    """What the desk prints, thing by thing."""

    def __init__(self, desk):
        self.desk = desk

    def expect(self, event, **parts):
        line = self.desk.stdout.readline()
        said = json.loads(line) if line else {"event": "nothing more"}
        assert said["event"] == event, f"expected {event}, found {said}"
        for key, value in parts.items():
            assert said[key] == value, f"expected {key} {value}, found {said}"


def check_answer(engine, said, user):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    engine.send(engine.task(1), "task", {"traceparent": trace})
    asked, outcome = engine.outcome()
    assert (outcome.case_number, outcome.task, outcome.attempt) == (1, 3, 1), outcome
    assert outcome.outcome == "agreed" and outcome.office == engine.office, outcome
    assert asked.user_id == user and asked.type == "outcome", asked
    assert asked.message_id == outcome.message_id and asked.correlation_id == "T-1", asked
    assert asked.headers["traceparent"] == trace and asked.delivery_mode == 2, asked
    engine.verdict(asked, outcome)
    said.expect("accepted", talon="T-1", step="knb-review")


def check_needs(engine, said, user):
    task = engine.task(4)
    needs = task.task.needs.add(outcome="agreed", ground=False)
    needs.fields.extend(["signed_by"])
    task.task.needs.add(outcome="objected", ground=True)
    engine.send(task, "task")
    asked, outcome = engine.outcome()
    assert [(field.name, field.value) for field in outcome.fields] == [("signed_by", user)], outcome
    engine.verdict(asked, outcome)
    said.expect("accepted", talon="T-4")


def check_repeats(engine, said):
    engine.send(engine.task(1), "task")
    said.expect("repeated", talon="T-1")
    engine.send(engine.task(1, attempt=2), "task")
    asked, outcome = engine.outcome()
    assert outcome.attempt == 2, outcome
    engine.verdict(asked, outcome, rejection="late")
    said.expect("rejected", talon="T-1", code="late")


def check_others(engine, said):
    revocation = engine.messages.Envelope(version=1)
    revocation.revocation.case_number, revocation.revocation.task = 1, 3
    engine.send(revocation, "revocation")
    said.expect("revoked", case=1)
    notice = engine.messages.Envelope(version=1)
    notice.notice.kind, notice.notice.talon = "warning", "T-1"
    engine.send(notice, "notice")
    said.expect("notice", kind="warning", talon="T-1")
    engine.send(engine.task(2, step="unheard-of"), "task")
    said.expect("left", talon="T-2", step="unheard-of")


def check_versions(engine, said):
    # A field that nobody knows yet: number 100 of a task, the text "new".
    newer = engine.task(3)
    inner = newer.task.SerializeToString() + b"\xa2\x06\x03new"
    length = bytes([len(inner) & 0x7F | 0x80, len(inner) >> 7])
    engine.send(b"\x08\x01\x1a" + length + inner, "task")
    asked, outcome = engine.outcome()
    assert outcome.case_number == 3, outcome
    engine.verdict(asked, outcome)
    said.expect("accepted", talon="T-3")
    for strange in (b"no message", b"\x08\x02", b"\x08\x01", b"\x08\x01\xa2\x06\x03new"):
        engine.send(strange, "task")
        said.expect("refused")
        _, body = engine.receive("reglament.dead")
        assert body == strange, body


def main():
    url, office, folder = sys.argv[1:4]
    sys.path.insert(0, folder)
    engine = Engine(url, office, importlib.import_module("messages_pb2"))
    desk = subprocess.Popen(sys.argv[4:], stdout=subprocess.PIPE, text=True)
    try:
        said = Said(desk)
        said.expect("ready", office=office)
        check_answer(engine, said, "office." + office)
        check_needs(engine, said, "office." + office)
        check_repeats(engine, said)
        check_others(engine, said)
        check_versions(engine, said)
    finally:
        desk.kill()
        desk.wait()


if __name__ == "__main__":
    main()

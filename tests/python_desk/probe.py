"""One thing that a user of RabbitMQ may or may not do: prints "ok", or the code with which the
broker refuses it. For tests of permissions.

    probe.py URL connect
    probe.py URL get QUEUE            a message of it, given back
    probe.py URL look QUEUE           whether it exists (passive declaration)
    probe.py URL declare QUEUE
    probe.py URL purge QUEUE
    probe.py URL bind QUEUE EXCHANGE KEY
    probe.py URL publish EXCHANGE KEY [USER_ID]
"""

import sys

import pika
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker, ConnectionClosedByBroker
from pika.exceptions import ProbableAccessDeniedError, ProbableAuthenticationError
from pika.exceptions import UnroutableError


def publish(channel, exchange, key, user_id=None):
    channel.confirm_delivery()
    properties = pika.BasicProperties(user_id=user_id, delivery_mode=2)
    channel.basic_publish(exchange, key, b"", properties, mandatory=True)


def get(channel, queue):
    method, _, _ = channel.basic_get(queue)
    if method is not None:
        channel.basic_nack(method.delivery_tag, requeue=True)


DEEDS = {
    "connect": lambda channel: None,
    "get": get,
    "look": lambda channel, queue: channel.queue_declare(queue, passive=True),
    "declare": lambda channel, queue: channel.queue_declare(queue, durable=True),
    "purge": lambda channel, queue: channel.queue_purge(queue),
    "bind": lambda channel, queue, exchange, key: channel.queue_bind(queue, exchange, key),
    "publish": publish,
}


def attempt(url, deed, arguments):
    try:
        connection = pika.BlockingConnection(pika.URLParameters(url))
        DEEDS[deed](connection.channel(), *arguments)
        connection.close()
        return "ok"
    except (ChannelClosedByBroker, ConnectionClosedByBroker) as refusal:
        return str(refusal.reply_code)
    except UnroutableError:
        return "unroutable"
    except ProbableAuthenticationError:
        return "unknown user"
    except ProbableAccessDeniedError:
        return "no access"
    except AMQPConnectionError as error:
        return f"no connection: {error!r}"


if __name__ == "__main__":
    print(attempt(sys.argv[1], sys.argv[2], sys.argv[3:]))

// The addresses that RabbitMQ's direct reply-to makes (https://www.rabbitmq.com/direct-reply-to.html):
//
//   amq.rabbitmq.reply-to.<process, base64>.<key, base64>
//
// The broker reads the process out of whatever is published to such an address, and its end of the
// publishing connection dies of one that it cannot read. The address comes from a sender: so the
// engine, before it writes to it, makes sure that it has the form of those that the broker makes.
#pragma once

#include <string_view>

namespace reglament::rabbitmq {

// The process in Erlang's external term format, a NEW_PID_EXT whose node is a name, "@" and a
// number (https://www.erlang.org/doc/apps/erts/erl_ext_dist.html); the key is the receiver's to
// judge.
[[nodiscard]] bool is_direct_reply_address(std::string_view address);

}  // namespace reglament::rabbitmq

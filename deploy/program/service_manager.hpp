// Tells the service manager that started us how it goes (sd_notify(3): a datagram to the socket
// that the variable NOTIFY_SOCKET names). Without that variable nothing is told, and nothing ever
// fails: whether somebody listens does not change what we do.
#pragma once

namespace reglament::program {

class ServiceManager {
 public:
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  // Work is taken from now on.
  void ready() const { tell("READY=1"); }
  // Is to be said more often than WatchdogSec; who is silent is taken for hung, and replaced.
  void alive() const { tell("WATCHDOG=1"); }
  void stopping() const { tell("STOPPING=1"); }

 private:
  void tell(const char* state) const;

  int socket_ = -1;
};

}  // namespace reglament::program

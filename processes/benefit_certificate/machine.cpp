// The one place where the machine of the benefit certificate is instantiated.
#include "engine/law/machine.hpp"
#include "processes/benefit_certificate/benefit_certificate.hpp"
#include "processes/benefit_certificate/regulation.hpp"

namespace reglament {

const Regulation& benefit_certificate() { return law::regulation<benefit::BenefitCertificate>(); }

}  // namespace reglament

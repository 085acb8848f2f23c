// The one place where Asio and Beast are compiled (BOOST_..._SEPARATE_COMPILATION): 20 s saved in
// every other file that includes them.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>

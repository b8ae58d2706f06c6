using System.Runtime.Versioning;
using Xunit;

// Real processes, real sockets, one set of loopback addresses: nothing runs beside anything else.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: SupportedOSPlatform("linux")]

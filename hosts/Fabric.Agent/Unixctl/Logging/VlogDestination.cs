namespace Fabric.Agent;

public enum VlogDestination
{
    Console,
    Syslog,
    File,
}

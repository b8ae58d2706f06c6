using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Fabric.Actors;
using Microsoft.Extensions.Logging;

namespace Fabric.Cli.Ovsdb;

/// <summary>Set-up of an actor system for one database server, which logs where the command wants it.</summary>
internal static class OvsdbLogging
{
    public static ActorSystemSetup Setup(ILoggerFactory logging) => ActorSystemSetup.Create(
        BootstrapSetup.Create().WithConfig(ConfigurationFactory
            .ParseString("akka.loggers = [\"Akka.Hosting.Logging.LoggerFactoryLogger, Akka.Hosting\"]")
            .WithFallback(ConfigurationFactory.ParseString(OvsdbHost.Configuration))),
        new LoggerFactorySetup(logging));
}

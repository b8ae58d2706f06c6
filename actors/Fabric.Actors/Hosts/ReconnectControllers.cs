namespace Fabric.Actors;

/// <summary>To an agent: drop the connections with controllers; active ones are made again.</summary>
/// <param name="Bridge">Null: of all bridges.</param>
internal sealed record ReconnectControllers(string? Bridge);

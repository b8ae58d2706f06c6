namespace Fabric.Agent.Configuration;

/// <summary>The row of <c>SSL</c>: names of files in PEM.</summary>
/// <param name="Bootstraps">A missing CA certificate is taken from the first peer.</param>
public sealed record TlsConfiguration(string PrivateKey, string Certificate, string CaCertificate, bool Bootstraps);

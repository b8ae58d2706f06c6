namespace Fabric.Actors;

/// <summary>Key, certificate or authority are not named, or are not to be had.</summary>
internal sealed class TlsFilesException(string message, Exception? inner = null) : IOException(message, inner)
{
    public static TlsFilesException NotNamed() => new("Private key, certificate and CA certificate must be configured to use SSL");
}

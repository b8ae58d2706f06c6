using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fabric.Actors;

/// <summary>
/// Key, certificate and the authority that peers are held against, as files in PEM. Both sides show a certificate; its name does not
/// matter, only who signed it (lib/stream-ssl.c).
/// </summary>
/// <param name="Bootstraps">A missing authority is taken from the first peer and written to <paramref name="CaCertificate"/>.</param>
internal sealed record TlsFiles(string PrivateKey, string Certificate, string CaCertificate, bool Bootstraps)
{
    /// <exception cref="TlsFilesException">A file cannot be read, or does not hold what it should.</exception>
    public SslServerAuthenticationOptions ForServer()
    {
        var context = Own();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = Validator(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
    }

    /// <inheritdoc cref="ForServer"/>
    public SslClientAuthenticationOptions ForClient(string host)
    {
        var context = Own();
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = context,
            RemoteCertificateValidationCallback = Validator(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
    }

    private SslStreamCertificateContext Own()
    {
        try
        {
            return Load();
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TlsFilesException($"{PrivateKey}, {Certificate}: {e.Message}", e);
        }
    }

    private SslStreamCertificateContext Load()
    {
        using var pem = X509Certificate2.CreateFromPemFile(Certificate, PrivateKey);
        // An ephemeral key of a PEM is not usable everywhere; a round trip through PKCS #12 is.
        var whole = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(whole, additionalCertificates: null, offline: true);
    }

    private RemoteCertificateValidationCallback Validator()
    {
        var trusted = new X509Certificate2Collection();
        try
        {
            if (!Bootstraps || File.Exists(CaCertificate)) trusted.ImportFromPemFile(CaCertificate);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TlsFilesException($"{CaCertificate}: {e.Message}", e);
        }

        return (_, certificate, chain, _) => certificate is not null && IsTrusted(new X509Certificate2(certificate), chain, trusted);
    }

    private bool IsTrusted(X509Certificate2 certificate, X509Chain? presented, X509Certificate2Collection trusted)
    {
        if (trusted.Count == 0) return Adopt(presented);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
        {
            foreach (var element in presented.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }

    /// <summary>Believes the first peer's authority, if it shows one that signs itself.</summary>
    private bool Adopt(X509Chain? presented)
    {
        var authority = presented?.ChainElements.LastOrDefault()?.Certificate;
        if (authority is null || authority.Subject != authority.Issuer) return false;
        File.WriteAllText(CaCertificate, authority.ExportCertificatePem() + "\n");
        return true;
    }
}

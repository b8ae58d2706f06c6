using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fabric.Interop.Tests;

/// <summary>An authority with two certificates, and a stranger whom it never saw.</summary>
internal sealed class Pki : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fabric-pki-").FullName;

    public Pki()
    {
        using var authority = Authority("authority");
        using var other = Authority("other");
        File.WriteAllText(In("ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(In("other-ca.pem"), other.ExportCertificatePem());
        Issue(authority, "server");
        Issue(authority, "client");
        Issue(other, "stranger");
    }

    /// <summary>Key, certificate and authority.</summary>
    /// <param name="authority"><c>other-ca</c> is the stranger's; any other name is of a file that is not there yet.</param>
    public string[] Files(string who, string authority = "ca") => [In(who + "-key.pem"), In(who + ".pem"), In(authority + ".pem")];

    public string[] Options(string who) =>
        [$"--private-key={In(who + "-key.pem")}", $"--certificate={In(who + ".pem")}", $"--ca-cert={In("ca.pem")}"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private void Issue(X509Certificate2 authority, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var signed = request.Create(
            authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(7), Guid.NewGuid().ToByteArray());
        File.WriteAllText(In(name + ".pem"), signed.ExportCertificatePem());
        File.WriteAllText(In(name + "-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}

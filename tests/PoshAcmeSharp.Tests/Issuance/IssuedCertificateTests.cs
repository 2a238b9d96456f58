using System.Runtime.Versioning;
using System.Security.Cryptography;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Tests.Certificates;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class IssuedCertificateTests : IDisposable
{
    private readonly TestCa _root = TestCa.Root("Root");
    private readonly TestCa _intermediate;
    private readonly TestCa _leaf;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly IssuedCertificate _issued;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public IssuedCertificateTests()
    {
        _intermediate = _root.Intermediate("Intermediate");
        _leaf = _intermediate.Leaf(_key, "CN=save.test", "save.test");
        _issued = new IssuedCertificate(PrivateKey.FromPem(_key.ExportPkcs8PrivateKeyPem()), CertificateChain.Parse(_leaf.Pem + _intermediate.Pem));
    }

    public void Dispose()
    {
        _issued.Dispose();
        _key.Dispose();
        _leaf.Dispose();
        _intermediate.Dispose();
        _root.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Saving_replaces_the_files_of_the_certificate_and_leaves_others_alone()
    {
        var other = Path.Combine(_folder.FullName, "site.conf");
        File.WriteAllText(other, "kept");
        File.WriteAllText(Path.Combine(_folder.FullName, "cert.key"), "old");

        _issued.Save(_folder.FullName);

        Assert.Equal(["cert.cer", "cert.key", "chain.cer", "fullchain.cer", "site.conf"], _folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.Equal(_issued.Key.ToPem(), Content("cert.key"));
        Assert.Equal(_issued.Chain.LeafPem, Content("cert.cer"));
        Assert.Equal(_issued.Chain.IssuersPem, Content("chain.cer"));
        Assert.Equal(_issued.Chain.FullChainPem, Content("fullchain.cer"));
        Assert.Equal("kept", File.ReadAllText(other));
    }

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public void What_is_saved_is_the_users_alone_even_where_an_older_file_was_not()
    {
        var folder = Path.Combine(_folder.FullName, "made", "here");
        var older = Path.Combine(_folder.FullName, "cert.key");
        File.WriteAllText(older, "old");
        File.SetUnixFileMode(older, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        _issued.Save(folder);
        _issued.Save(_folder.FullName);

        const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnerFile, File.GetUnixFileMode(Path.Combine(folder, "cert.key")));
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(OwnerFile, File.GetUnixFileMode(older));
    }

    private string Content(string name) => File.ReadAllText(Path.Combine(_folder.FullName, name));
}

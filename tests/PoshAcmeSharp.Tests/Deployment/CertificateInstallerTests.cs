using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Tests.Certificates;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment;

/// <summary>In stores of the user; those for leaves have names of their own, and what goes into CA is taken out again.</summary>
public sealed class CertificateInstallerTests : IDisposable
{
    private const string Password = "pw";

    private readonly string storeName = "PoshAcmeTest" + Guid.NewGuid().ToString("N");
    private readonly string folder = Directory.CreateTempSubdirectory("install-").FullName;
    private readonly RecordingReporter reporter = new();
    private readonly TestCa root = TestCa.Root("Install Test Root " + Guid.NewGuid().ToString("N"));
    private readonly TestCa intermediate;
    private readonly TestCa leaf;

    public CertificateInstallerTests()
    {
        intermediate = root.Intermediate("Install Test CA " + Guid.NewGuid().ToString("N"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        leaf = intermediate.Leaf(key, "CN=install.test", "install.test");
        using var privateKey = PrivateKey.FromPem(leaf.KeyPem);
        File.WriteAllBytes(PfxPath, PfxWriter.Create(CertificateInfo.FromDer(leaf.Der), [], privateKey, new PfxOptions { Password = Password }));
        File.WriteAllText(ChainPath, intermediate.Pem + root.Pem);
    }

    private string PfxPath => Path.Combine(folder, "fullchain.pfx");

    private string ChainPath => Path.Combine(folder, "chain.cer");

    private CertificateInstallation Wanted => new()
    {
        PfxPath = PfxPath,
        ChainPath = ChainPath,
        Password = Password,
        Location = StoreLocation.CurrentUser,
        StoreName = storeName,
    };

    public void Dispose()
    {
        foreach (var (name, certificate) in new[] { (storeName, leaf), ("CA", intermediate) })
        {
            using var store = new X509Store(name, StoreLocation.CurrentUser);
            store.Open(OpenFlags.ReadWrite);
            store.RemoveRange(store.Certificates.Find(X509FindType.FindByThumbprint, certificate.Certificate.Thumbprint, validOnly: false));
        }

        leaf.Dispose();
        intermediate.Dispose();
        root.Dispose();
        Directory.Delete(folder, recursive: true);
        var storeFolder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet/corefx/cryptography/x509stores", storeName.ToLowerInvariant());
        if (Directory.Exists(storeFolder))
        {
            Directory.Delete(storeFolder, recursive: true);
        }
    }

    [Fact]
    public void The_certificate_gets_into_the_store_with_its_key_the_intermediate_into_CA_and_no_root_anywhere()
    {
        new CertificateInstaller(reporter).Install(Wanted);

        var installed = Assert.Single(Find(storeName, leaf));
        Assert.True(installed.HasPrivateKey);
        Assert.Single(Find("CA", intermediate));
        Assert.Empty(Find("CA", root));
        Assert.Empty(Find("Root", root));
    }

    [Fact]
    public void Installing_again_changes_nothing_and_says_so()
    {
        var installer = new CertificateInstaller(reporter);
        installer.Install(Wanted);
        installer.Install(Wanted);

        Assert.Single(Find(storeName, leaf));
        Assert.Single(Find("CA", intermediate));
        Assert.Contains(reporter.Lines, line => line.EndsWith("already.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_without_its_key_in_the_store_gets_it()
    {
        using (var store = new X509Store(storeName, StoreLocation.CurrentUser))
        {
            store.Open(OpenFlags.ReadWrite);
            using var bare = X509CertificateLoader.LoadCertificate(leaf.Der);
            store.Add(bare);
        }

        new CertificateInstaller(reporter).Install(Wanted);

        Assert.True(Assert.Single(Find(storeName, leaf)).HasPrivateKey);
    }

    [Fact]
    public void A_wrong_password_is_told_from_a_damaged_file()
    {
        var wrong = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted with { Password = "wrong" }));
        File.WriteAllText(PfxPath, "no PFX");
        var damaged = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted));

        Assert.Equal("WrongPfxPassword", wrong.ErrorId);
        Assert.Equal("InvalidPfx", damaged.ErrorId);
        Assert.Contains(PfxPath, damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named_before_anything_is_installed()
    {
        File.Delete(ChainPath);
        var chain = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted));
        File.Delete(PfxPath);
        var pfx = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted));
        var none = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted with { PfxPath = null }));

        Assert.Equal("FileNotReadable", chain.ErrorId);
        Assert.Contains(ChainPath, chain.Message, StringComparison.Ordinal);
        Assert.Equal("NoPfxFile", pfx.ErrorId);
        Assert.Contains(PfxPath, pfx.Message, StringComparison.Ordinal);
        Assert.Equal("NoPfxFile", none.ErrorId);
        Assert.Contains("-NoPfx", none.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Find(storeName, leaf));
    }

    [Fact]
    public void The_store_of_the_machine_is_refused_where_there_is_none()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var error = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted with { Location = StoreLocation.LocalMachine }));

        Assert.Equal("LocalMachineStoreNotSupported", error.ErrorId);
        Assert.Contains("-StoreLocation CurrentUser", error.RecommendedAction, StringComparison.Ordinal);
    }

    private static X509Certificate2Collection Find(string store, TestCa certificate)
    {
        using var opened = new X509Store(store, StoreLocation.CurrentUser);
        opened.Open(OpenFlags.ReadOnly);
        return opened.Certificates.Find(X509FindType.FindByThumbprint, certificate.Certificate.Thumbprint, validOnly: false);
    }
}

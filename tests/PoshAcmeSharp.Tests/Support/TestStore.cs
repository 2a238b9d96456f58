using System.Security.Cryptography.X509Certificates;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>
/// A certificate store of the user with a name of its own, which is gone after the test, and so are the certificates that
/// the test may put into the store CA.
/// </summary>
internal sealed class TestStore : IDisposable
{
    private readonly List<string> _intermediates = [];

    public string Name { get; } = "PoshAcmeTest" + Guid.NewGuid().ToString("N");

    public static X509Certificate2Collection Find(string store, string thumbprint)
    {
        using var opened = new X509Store(store, StoreLocation.CurrentUser);
        opened.Open(OpenFlags.ReadOnly);
        return opened.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false);
    }

    public X509Certificate2Collection Find(string thumbprint) => Find(Name, thumbprint);

    /// <summary>Tells of an intermediate that may get into CA.</summary>
    public void RemoveFromCa(string thumbprint) => _intermediates.Add(thumbprint);

    public void Dispose()
    {
        Remove(Name, store => store.Certificates);
        foreach (var thumbprint in _intermediates)
        {
            Remove("CA", store => store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false));
        }

        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet/corefx/cryptography/x509stores", Name.ToLowerInvariant());
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Remove(string name, Func<X509Store, X509Certificate2Collection> choose)
    {
        using var store = new X509Store(name, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        store.RemoveRange(choose(store));
    }
}

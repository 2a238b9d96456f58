namespace PoshAcmeSharp.Deployment;

/// <summary>The certificate stores that servers on a machine take their certificates from.</summary>
public interface IMachineStore
{
    /// <summary>Whether this machine has such stores. Where it has none, commands for servers are those of another machine.</summary>
    bool IsReadable { get; }

    /// <summary>Finds a certificate.</summary>
    /// <param name="storeName">The store, such as <c>My</c>.</param>
    /// <param name="thumbprint">The certificate.</param>
    /// <returns>The certificate; null when the store does not have it, or there is no such store.</returns>
    /// <exception cref="PoshAcmeException"><c>StoreNotReadable</c>.</exception>
    MachineCertificate? Find(string storeName, string thumbprint);

    /// <summary>Puts a certificate with its key into a store.</summary>
    /// <param name="installation">What and where.</param>
    /// <exception cref="PoshAcmeException">As <see cref="CertificateInstaller.Install"/>.</exception>
    void Install(CertificateInstallation installation);

    /// <summary>Takes a certificate from a store. Its key may stay behind, unused, where Windows keeps keys.</summary>
    /// <param name="storeName">The store.</param>
    /// <param name="thumbprint">The certificate.</param>
    /// <exception cref="PoshAcmeException"><c>StoreNotWritable</c>.</exception>
    void Remove(string storeName, string thumbprint);
}

using System.Security.Cryptography.X509Certificates;

namespace PoshAcmeSharp.Deployment;

/// <summary>A certificate in a store of the system.</summary>
/// <param name="Thumbprint">The SHA-1 hash of the certificate in upper-case hex.</param>
/// <param name="Location">Whose store it is.</param>
/// <param name="StoreName">The name of the store.</param>
/// <param name="Status"><see cref="DeploymentStatus.Done"/>, or <see cref="DeploymentStatus.AlreadyDone"/> when it was there with its key.</param>
public sealed record InstalledCertificate(string Thumbprint, StoreLocation Location, string StoreName, DeploymentStatus Status);

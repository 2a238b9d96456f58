using System.Security;

namespace PoshAcmeSharp.Profile;

/// <summary>A user name with its password: what PowerShell calls a PSCredential.</summary>
/// <param name="UserName">The user's name.</param>
/// <param name="Password">The password.</param>
public sealed record StoredCredential(string UserName, SecureString Password);

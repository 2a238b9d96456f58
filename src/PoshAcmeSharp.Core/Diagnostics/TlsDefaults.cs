using System.Net;

namespace PoshAcmeSharp;

/// <summary>What has to be switched on before the first TLS connection of the process.</summary>
internal static class TlsDefaults
{
    // SecurityProtocolType.SystemDefault, which netstandard2.0 does not name.
    private const SecurityProtocolType SystemDefault = default;

    /// <summary>
    /// Adds TLS 1.2 to what .NET Framework offers. Windows PowerShell 5.1 starts with SSL 3.0 and TLS 1.0 on older
    /// systems, which no server accepts any more. Nothing is taken away, and nothing happens on .NET, where each
    /// connection has its own settings.
    /// </summary>
    internal static void EnsureTls12()
    {
        // The base library is asked and not RuntimeInformation: Mono, which has the same one, may lack that class.
        if (typeof(object).Assembly.GetName().Name == "mscorlib")
        {
            ServicePointManager.SecurityProtocol = WithTls12(ServicePointManager.SecurityProtocol);
        }
    }

    /// <summary>The protocols with TLS 1.2 among them.</summary>
    /// <param name="offered">What is offered now.</param>
    /// <returns>
    /// The same and TLS 1.2. The system's own choice stays as it is: it holds TLS 1.2, and adding to it would take
    /// TLS 1.3 away.
    /// </returns>
    internal static SecurityProtocolType WithTls12(SecurityProtocolType offered)
        => offered == SystemDefault ? offered : offered | SecurityProtocolType.Tls12;
}

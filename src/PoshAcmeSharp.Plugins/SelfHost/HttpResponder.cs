namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>Starts the web server that fits the system.</summary>
internal static class HttpResponder
{
    /// <summary>
    /// Starts to answer. On Windows it is http.sys that listens, as IIS and others share port 80 through it; that needs
    /// an elevated session or a URL reservation, and where both are missing a socket of our own is tried. Elsewhere it
    /// is always our own socket: the HttpListener of those systems takes IPv4 only and sets no limits.
    /// </summary>
    /// <exception cref="PoshAcmeException"><c>ListenerPortInUse</c>, <c>ListenerNotPermitted</c>, <c>ListenerNotStarted</c>.</exception>
    public static IHttpResponder Start(IReadOnlyList<ListenerPrefix> prefixes, ChallengeAnswers answers, IReporter reporter)
    {
        if (SystemKinds.Current != SystemKind.Windows)
        {
            return SocketResponder.Start(prefixes, answers, reporter);
        }

        try
        {
            return SystemResponder.Start(prefixes, answers, reporter);
        }
        catch (PoshAcmeException e) when (e.ErrorId == "ListenerNotPermitted")
        {
            reporter.Verbose("Windows lets this session not listen through http.sys; a socket is tried.");
            try
            {
                return SocketResponder.Start(prefixes, answers, reporter);
            }
            catch (PoshAcmeException)
            {
                // What helps is what the first error says.
                throw e;
            }
        }
    }

    public static PoshAcmeException InUse(string place, Exception cause) => new(
        "ListenerPortInUse",
        ErrorKind.ResourceBusy,
        $"Nothing can listen at {place}: another program does.",
        "Stop that program for the time of the validation, or let it forward /.well-known/acme-challenge/ to another port and give that port.",
        cause);

    public static PoshAcmeException NotPermitted(string place, Exception cause) => new(
        "ListenerNotPermitted",
        ErrorKind.PermissionDenied,
        $"This account may not listen at {place}.",
        SystemKinds.Current == SystemKind.Windows
            ? "Run an elevated PowerShell, or reserve the URL for this account with: netsh http add urlacl."
            : "Use a port from 1024 on to which port 80 is forwarded, or run as root.",
        cause);

    public static PoshAcmeException NotStarted(string place, Exception cause) => new(
        "ListenerNotStarted",
        ErrorKind.InvalidOperation,
        $"Nothing can listen at {place}: {cause.Message}",
        "Check the address and the port.",
        cause);
}

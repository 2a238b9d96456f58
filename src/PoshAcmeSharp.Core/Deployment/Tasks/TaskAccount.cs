namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>The account that a task of the Windows Task Scheduler runs as.</summary>
/// <param name="UserId">Such as <c>DOMAIN\name</c>.</param>
/// <param name="LogonType">How it logs on, in the words of New-ScheduledTaskPrincipal.</param>
public sealed record TaskAccount(string UserId, string LogonType)
{
    /// <summary>
    /// By "service for user": no password is kept. The task has no rights on the network as this user, and nothing that is
    /// encrypted for the user.
    /// </summary>
    public const string ServiceForUser = "S4U";

    /// <summary>With a password that the Task Scheduler keeps; of a managed service account it asks the domain.</summary>
    public const string Password = "Password";

    /// <summary>An account of the system.</summary>
    public const string ServiceAccount = "ServiceAccount";

    /// <summary>The system itself.</summary>
    public static TaskAccount System { get; } = new(@"NT AUTHORITY\SYSTEM", ServiceAccount);

    /// <summary>This user, without a password.</summary>
    public static TaskAccount Current() => new($@"{Environment.UserDomainName}\{Environment.UserName}", ServiceForUser);

    /// <summary>A user with a password.</summary>
    /// <param name="userName">The name of the user.</param>
    public static TaskAccount WithPassword(string userName) => new(userName, Password);

    /// <summary>A group managed service account, whose password the domain knows.</summary>
    /// <param name="name">Its name, such as <c>DOMAIN\name$</c>.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidServiceAccount</c>.</exception>
    public static TaskAccount Managed(string name)
        => name.EndsWith("$", StringComparison.Ordinal) && name.IndexOf('\\') > 0
            ? new(name, Password)
            : throw new PoshAcmeException(
                "InvalidServiceAccount",
                ErrorKind.InvalidArgument,
                $"'{Text.Cut(name, 200)}' is not the name of a managed service account.",
                @"Write DOMAIN\name$, with the dollar sign. For other accounts use -Credential.");

    /// <summary>
    /// Whether this is the same account. The Task Scheduler gives names back with the domain, without, or as it likes.
    /// </summary>
    /// <param name="userId">A name.</param>
    public bool Is(string? userId) => userId is not null && string.Equals(Bare(userId), Bare(UserId), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string name) => name.Substring(name.LastIndexOf('\\') + 1);
}

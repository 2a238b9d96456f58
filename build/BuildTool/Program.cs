using PoshAcmeSharp.Build;
using PoshAcmeSharp.Build.Tasks;

const string Usage = """
    Tasks:
      build       builds the module into artifacts/PoshAcmeSharp
      test        runs all tests, those of the module where PowerShell is there
      quickstart  issues two certificates from a test CA on this machine
      pack        makes the zip and the nupkg in artifacts/packages
      clean       removes what was built
    Further arguments go to dotnet, such as -p:BouncyCastlePackage=BouncyCastle.Cryptography (or BOUNCYCASTLE=maintained).
    """;

try
{
    var context = BuildContext.Create(args.Skip(1));
    return (args.Length == 0 ? "build" : args[0]) switch
    {
        "build" => BuildTask.Run(context),
        "test" => TestTask.Run(context),
        "quickstart" => QuickstartTask.Run(context),
        "pack" => PackTask.Run(context),
        "clean" => CleanTask.Run(context),
        _ => Fail(Usage),
    };
}
catch (BuildException e)
{
    return Fail(e.Message);
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 1;
}
